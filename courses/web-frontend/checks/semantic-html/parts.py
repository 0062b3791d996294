parts = r"""
<header>Corner Workshop</header>
<nav><a href="/">Start</a> <a href="/tools" class="current">Tools</a> <a href="/book">Book</a></nav>
<main>
  <h1>Tools</h1>
  <p>We have 120 tools.</p>
</main>
<footer>Corner Street 1</footer>
"""
