// "2 hours ago" stays true while a page is open: <time data-ago> is written again every minute in the page's language.

const units = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

const refresh = () => {
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.parse(element.dateTime) - Date.now()) / 1000;
    if (Number.isNaN(seconds) || Math.abs(seconds) < 60 || Math.abs(seconds) > 7 * 86400) continue;
    const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size);
    element.textContent = words.format(Math.round(seconds / length), unit);
  }
};

setInterval(refresh, 60000);
