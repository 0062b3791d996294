booking_form = r"""
<form method="post" action="/book">
  <p>Your name <input name="visitor" placeholder="Your name" required></p>
  <p>E-mail <input name="email" type="email" placeholder="E-mail" required></p>
  <p>Day <input name="day" type="date" required></p>
  <p>Which bench? <input type="radio" name="bench" value="wood"> Wood <input type="radio" name="bench" value="bicycles"> Bicycles</p>
  <p>Message <textarea name="message"></textarea></p>
  <button>Book</button>
</form>
"""
