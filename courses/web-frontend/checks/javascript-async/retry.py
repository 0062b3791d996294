retry = r"""
async function retry(task, tries, pause) {
  let problem;
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      return await task();
    } catch (error) {
      problem ??= error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  throw problem;
}
"""
