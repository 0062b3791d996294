news = r"""
<article>
  <h2>A new bench</h2>
  <p>On 7 March we open a bench for glass.</p>
  <figure>
    <img src="glass.jpg" alt="picture of the glass bench">
    <figcaption>Our first workshop day</figcaption>
  </figure>
  <img src="wave.png" alt="wave">
  <p><a href="/glass">click here</a></p>
</article>
"""
