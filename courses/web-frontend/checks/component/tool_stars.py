tool_stars = r"""
class ToolStars extends HTMLElement {
  connectedCallback() {
    const max = Number(this.getAttribute("max"));
    for (let number = 1; number <= max; number++) {
      const button = document.createElement("button");
      button.textContent = number <= Number(this.getAttribute("value")) ? "★" : "☆";
      button.setAttribute("aria-label", `${number} of ${max} stars`);
      button.addEventListener("click", () => {
        this.setAttribute("value", number);
        this.dispatchEvent(new CustomEvent("rate", { detail: number }));
      });
      this.append(button);
    }
  }
}
customElements.define("tool-stars", ToolStars);
"""
