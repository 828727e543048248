import { type DeviceToken, DEVICE_TOKEN_TTL, deviceTokenOf } from '../model/known-device.ts';
import { type Email, mailboxOf } from '../model/email.ts';
import type { User } from '../model/user.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { findByMailbox } from './find-by-mailbox.ts';

/** What a client shows at its next login, so that the device is known. */
export interface DevicePass {
  readonly token: DeviceToken;
  /** In seconds. */
  readonly expiresIn: number;
}

interface Ports {
  knownDevices: KnownDevices;
  secrets: Secrets;
}

/** @param token one that the device has already. Its time starts anew. @throws {DependencyUnavailable} */
export async function rememberDevice(
  { knownDevices, secrets }: Ports,
  user: User,
  token = deviceTokenOf(secrets.newSecret()),
): Promise<DevicePass> {
  await knownDevices.remember(mailboxOf(user.email), secrets.digest(token), user.id);
  return { token, expiresIn: DEVICE_TOKEN_TTL };
}

/**
 * The user whose login on this device was given the token. It looks for the user only after the token is
 * found: otherwise the time would tell strangers which accounts exist.
 * @throws {DependencyUnavailable}
 */
export async function userOnDevice(
  { knownDevices, secrets, users }: Ports & { users: UserRepository },
  email: Email,
  token: DeviceToken,
): Promise<User | undefined> {
  const id = await knownDevices.find(mailboxOf(email), secrets.digest(token));
  if (!id) return undefined;
  const user = await findByMailbox(users, email);
  return user?.id === id ? user : undefined;
}
