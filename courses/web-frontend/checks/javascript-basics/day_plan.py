day_plan = r"""
function dayPlan(benches, bookings) {
  let sum = 0;
  const lines = benches.map((bench) => {
    const visitors = [];
    for (const booking of bookings) {
      if (booking.benchId === bench.id) {
        const hours = booking.hours || 2;
        sum += hours;
        visitors.push(`${booking.visitor} (${hours} h)`);
      }
    }
    return `${bench.name}: ${visitors || "free"}`;
  });
  return [...lines, `${sum} hours`];
}
"""
