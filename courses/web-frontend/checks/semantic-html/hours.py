hours = r"""
<table>
  <caption>Opening hours</caption>
  <tr><th>Day</th><th>Opens</th><th>Closes</th></tr>
  <tr><td>Tuesday</td><td>10</td><td>18</td></tr>
  <tr><td>Thursday</td><td>12</td><td>20</td></tr>
  <tr><td>Saturday</td><td>9</td><td>16</td></tr>
</table>
"""
