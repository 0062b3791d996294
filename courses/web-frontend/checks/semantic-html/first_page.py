first_page = r"""<!DOCTYPE html>
<html lang="en">
  <head><title>Corner Workshop</title></head>
  <body>
    <h1>Welcome to Corner Workshop</h1>
    <p>Repair it yourself. <b>We have the tools.</b></p>
  </body>
</html>
"""
