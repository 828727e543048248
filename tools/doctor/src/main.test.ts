import { describe, expect, it } from 'vitest';
import { FakeCluster, PASSWORD } from './testing/fake-cluster.ts';
import { recordKubectl } from './testing/fake-kubectl.ts';
import { runDoctor } from './testing/run-doctor.ts';

async function onCluster(args: readonly string[], change: (cluster: FakeCluster) => void = () => undefined) {
  const cluster = new FakeCluster();
  change(cluster);
  const folder = await recordKubectl(cluster.kubectl);
  return runDoctor(['--cluster', ...args], { PATH: `${folder}:/usr/bin:/bin` });
}

describe('the doctor on the command line', () => {
  it('uses the kubectl on the PATH, and prints plain text without a terminal', async () => {
    const { code, stdout, stderr } = await onCluster([]);
    expect(stdout).toContain('✓ Redis Service             Service redis has port 6379; 1 of 1 pods');
    expect(stdout).toMatch(/\nNo fault was found: 16 checks passed\.\n$/);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain(PASSWORD);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('ends with 1 when a check fails, and shows the command against the fault', async () => {
    const { code, stdout } = await onCluster([], (cluster) => {
      cluster.remove('Secret', 'redis-secret', 'saferoute');
    });
    expect(stdout).toMatch(
      /✗ Secrets +Secret redis-secret in the namespace saferoute has no key password\.\n +→ npm run secret -- --apply\n/,
    );
    expect(code).toBe(1);
  });

  it('prints one JSON object for machines', async () => {
    const { code, stdout } = await onCluster(['--json'], (cluster) => {
      cluster.failures.set('version', 'noise\nThe connection to the server was refused');
    });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      checks: [
        { group: 'Cluster', name: 'context', status: 'ok', saw: 'kubectl uses the context a-cluster.' },
        {
          group: 'Cluster',
          name: 'API server',
          status: 'failed',
          saw: 'The connection to the server was refused',
          mend: 'kubectl cluster-info',
        },
        { name: 'Deployment', status: 'skipped', saw: 'The check “API server” failed.' },
        ...Array<unknown>(13).fill({ status: 'skipped' }),
      ],
    });
    expect(code).toBe(1);
  });

  it('reports a missing kubectl', async () => {
    const { stdout } = await runDoctor(['--cluster'], { PATH: '/nowhere' });
    expect(stdout).toMatch(/✗ context +There is no kubectl on the PATH\.\n/);
  });

  it('refuses an unknown option and shows its usage', async () => {
    const { code, stdout, stderr } = await runDoctor(['--clutser']);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain('usage: npm run doctor');
  });
});
