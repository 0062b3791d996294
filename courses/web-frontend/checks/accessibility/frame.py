frame = r"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Welcome – Corner Workshop</title>
  </head>
  <body>
    <a href="#content">Skip to the content</a>
    <nav><ul><li><a href="/tools">Tools</a></li><li><a href="/book">Book</a></li></ul></nav>
    <main>
      <h1>Welcome</h1>
      <p>Welcome to Corner Workshop!</p>
      <p>Tervetuloa!</p>
    </main>
  </body>
</html>
"""
