make_door = r"""
function makeDoor(places) {
  return {
    inside: 0,
    enter() {
      if (this.inside > places) return false;
      this.inside += 1;
      return true;
    },
    leave() {
      this.inside -= 1;
    },
    free() {
      return places - this.inside;
    },
  };
}
"""
