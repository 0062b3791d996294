named = r"""
<form role="search" action="/tools">
  <input type="search" name="q" aria-label="Search for a tool" placeholder="Search">
  <button aria-label="Search"><svg viewBox="0 0 10 10"><path d="M0 0L10 10"></path></svg></button>
</form>
<a href="/basket" title="Your basket"><img src="basket.svg" alt=""></a>
<img src="bench.jpg" alt="">
"""
