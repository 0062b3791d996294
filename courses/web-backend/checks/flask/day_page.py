DAY_PAGE = """
<h1>Bookings for {{ day|safe }}</h1>
<table>
  {% for booking in bookings %}
  <tr><td>{{ booking.bench }}</td><td>{{ booking.visitor|safe }}{% if booking.help %} (needs help){% endif %}</td></tr>
  {% endfor %}
</table>
{% if not bookings %}<p>All benches are free.</p>{% endif %}
"""
