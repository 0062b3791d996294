filter_part = r"""
<button type="button">Filter</button>
<div id="filter-options" hidden>
  <p>Kind of tool</p>
  <label><input type="checkbox" name="hand"> Hand tools</label>
  <label><input type="checkbox" name="power"> Power tools</label>
</div>
<p role="alert"></p>
"""
