import { ATTACKS, type Finding } from '../attacks/attacks.ts';
import { openTarget } from '../attacks/target.ts';
import type { Row } from '../report/table.ts';

/** Attacks three replicas, and measures what the attacker gets and who has to wait (docs/abuse.md). */
export async function measureAttacks(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const attack of Object.values(ATTACKS)) {
    const target = await openTarget();
    rows.push(toRow(await attack(target, 1)));
    await target.close();
  }
  return rows;
}

const toRow = ({ attack, mostPasswords, ...found }: Finding): Row => ({
  what: attack,
  result: `${found.passwords} of ${found.requests} passwords checked`,
  wanted: `<= ${mostPasswords}`,
  raw: [
    `held up: ${found.victims}`,
    `${found.refused} refused in ${found.seconds.toFixed(0)} s`,
    `${found.refusal.toFixed(1)} ms a refusal`,
    `${Math.round(found.bytes / 1024)} KiB in Redis`,
  ].join('; '),
});
