import argon2 from 'argon2';

/**
 * The comparison for logins: only verifies passwords, with a given number in flight. It sends the number of
 * verifications per second.
 */
const [, , hash = '', password = '', inFlight = '1', seconds = '1'] = process.argv;

process.on('message', () => {
  void measure().then((rate) => process.send?.(rate));
});

async function measure(): Promise<number> {
  const end = performance.now() + Number(seconds) * 1000;
  let verified = 0;
  const verifier = async () => {
    while (performance.now() < end) {
      await argon2.verify(hash, password);
      verified += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: Number(inFlight) }, verifier));
  return (verified * 1000) / (performance.now() - began);
}
