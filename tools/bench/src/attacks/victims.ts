import { PASSWORD } from '../scene/scene.ts';
import type { Target } from './target.ts';

/** A user who wants to log in during an attack, from an address and on a device of their own. */
export interface Victim {
  readonly email: string;
  readonly address: string;
  readonly deviceToken: string;
}

let people = 0;

export const registerVictims = (target: Target, count: number): Promise<readonly Victim[]> =>
  Promise.all(Array.from({ length: count }, () => registerVictim(target)));

async function registerVictim(target: Target): Promise<Victim> {
  const n = (people += 1);
  const [email, address] = [`victim-${n}@example.com`, `30.0.${n >> 8}.${n & 255}`];
  const json = { email, password: PASSWORD, device_id: 'phone' };
  const { status, body } = await target.post('/v1/users/register', json, address);
  if (status !== 201) throw new Error(`registration answered ${status}`);
  const { device_token: deviceToken } = body['device'] as { device_token: string };
  return { email, address, deviceToken };
}

/** @returns how many victims do not get in at once, although they know their password. */
export async function heldUp(
  target: Target,
  victims: readonly Victim[],
  device: 'known' | 'new',
): Promise<number> {
  const statuses = await Promise.all(
    victims.map(async ({ email, address, deviceToken }) => {
      const known = device === 'known' ? { device_token: deviceToken } : {};
      const json = { email, password: PASSWORD, device_id: device, ...known };
      return (await target.post('/v1/auth/login', json, address)).status;
    }),
  );
  return statuses.filter((status) => status !== 200).length;
}
