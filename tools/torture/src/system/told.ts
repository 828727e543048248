import type { Effects, Event } from '@user-management/domain';

/** Hears of the events of every change. */
export interface Listener {
  /** A change with this event may be written from now on. */
  begins(event: Event): void;
  /** The change was acknowledged. */
  happened(event: Event): void;
}

type Change<Value> = (value: Value) => Value;

/** Adds with `add`, and tells the listener. */
export async function toldAddition(
  listener: Listener,
  effects: Effects | undefined,
  add: () => Promise<void>,
): Promise<void> {
  for (const event of effects?.events ?? []) listener.begins(event);
  await add();
  for (const event of effects?.events ?? []) listener.happened(event);
}

/**
 * Updates with `update`, and tells the listener. An update that changes nothing has no event, and neither has
 * one whose record is gone: `change` may have run with what the caller knew of it.
 */
export async function toldUpdate<Value, Result>(
  listener: Listener,
  effects: Effects | undefined,
  change: Change<Value>,
  update: (change: Change<Value>) => Promise<Result>,
): Promise<Result> {
  const last = { changed: false };
  const watched = (value: Value): Value => {
    const result = change(value);
    last.changed = result !== value;
    return result;
  };
  for (const event of effects?.events ?? []) listener.begins(event);
  const result = await update(watched);
  if (last.changed && result !== undefined)
    for (const event of effects?.events ?? []) listener.happened(event);
  return result;
}
