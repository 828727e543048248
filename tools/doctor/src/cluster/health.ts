import { failed, type Finding, ok } from '../check.ts';
import { explain } from '@user-management/domain';
import type { Cluster } from './cluster.ts';
import { NAMESPACE, SERVICE } from './names.ts';

const THROUGH_SERVICE = `/api/v1/namespaces/${NAMESPACE}/services/http:${SERVICE}:http/proxy/health`;
const IN_POD =
  'fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health`).then((answer) => answer.text()).then(console.log)';

interface Health {
  readonly status?: string;
  readonly redis?: string;
}

/**
 * Health through the Service, by way of the API server. A NetworkPolicy that keeps the API server out, and
 * answers other than 200, whose body kubectl does not show, are no end: then a pod is asked from inside.
 */
export async function examineHealth(cluster: Cluster): Promise<Finding> {
  try {
    return judge(await cluster.kubectl('get', '--raw', THROUGH_SERVICE), 'through the Service');
  } catch (error) {
    const reason = explain(error);
    if (/no endpoints available|not ?found/i.test(reason)) {
      return failed(reason, `kubectl describe service ${SERVICE} --namespace ${NAMESPACE}`);
    }
    return judge(await askInPod(cluster, reason), `asked inside a pod; through the Service: ${reason}`);
  }
}

async function askInPod({ kubectl }: Cluster, before: string): Promise<string> {
  const command = ['exec', '--namespace', NAMESPACE, `deployment/${SERVICE}`, '--', 'node', '-e', IN_POD];
  try {
    return await kubectl(...command);
  } catch (error) {
    throw new Error(`${before}; inside a pod: ${explain(error)}`, { cause: error });
  }
}

function judge(body: string, how: string): Finding {
  const { status, redis } = JSON.parse(body) as Health;
  const saw = `${status ?? 'no status'}, Redis ${redis ?? 'unknown'} (${how})`;
  const inside =
    `kubectl exec --namespace ${NAMESPACE} deployment/${SERVICE} -- ` + 'node tools/doctor/src/main.ts';
  return status === 'ok' && redis === 'connected' ? ok(saw) : failed(saw, inside);
}
