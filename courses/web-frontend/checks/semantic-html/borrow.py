borrow = r"""
<h1>Borrow a tool</h1>
<h2>What you need</h2>
<ul>
  <li>an identity card</li>
  <li>a phone number</li>
</ul>
<h2>How it works</h2>
<ol>
  <li>1. Choose a tool.</li>
  <li>2. Show your card.</li>
  <li>3. Bring the tool back within a week.</li>
</ol>
<h2>If something breaks</h2>
<p>Tell us. Things break, that is no shame.</p>
"""
