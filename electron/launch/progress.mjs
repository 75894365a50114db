/**
 * Shows one line with the seconds that have passed while `work` runs: redrawn at a terminal, a line every ten seconds
 * elsewhere. Goes to stderr, so that stdout stays what a program reads.
 */
export async function withProgress(sentence, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const { isTTY } = process.stderr;
  const draw = () => process.stderr.write(isTTY ? `\r${sentence} ${seconds()} s` : `${sentence} ${seconds()} s\n`);
  process.stderr.write(isTTY ? sentence : `${sentence}\n`);
  const timer = setInterval(draw, isTTY ? 1000 : 10_000);
  try {
    const answer = await work();
    process.stderr.write(`${isTTY ? '\r' : ''}${sentence} done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return answer;
  } finally {
    clearInterval(timer);
  }
}
