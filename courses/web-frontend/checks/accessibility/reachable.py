reachable = r"""
<a href="/tools">Tools</a>
<div role="button" tabindex="0">Menu</div>
<label for="name">Name</label> <input id="name">
<label for="mail">E-mail</label> <input id="mail">
<div role="button" tabindex="0">Send</div>
<p>Corner Workshop is closed on Mondays.</p>
"""
