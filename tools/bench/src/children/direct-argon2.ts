/**
 * The comparison for logins: only verifies passwords, with a given number in flight. It sends the number of
 * verifications per second. `build` is the folder of another build than that of the package.
 */
const [, , hash = '', password = '', inFlight = '1', seconds = '1', build = ''] = process.argv;

// The package looks for its binary when it loads.
process.env['ARGON2_PREBUILD'] = build;
const { verify } = await import('argon2');

process.on('message', () => {
  void measure().then((rate) => process.send?.(rate));
});

async function measure(): Promise<number> {
  const end = performance.now() + Number(seconds) * 1000;
  let verified = 0;
  const verifier = async () => {
    while (performance.now() < end) {
      await verify(hash, password);
      verified += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: Number(inFlight) }, verifier));
  return (verified * 1000) / (performance.now() - began);
}
