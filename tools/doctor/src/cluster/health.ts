import { failed, type Finding, ok } from '../check.ts';
import { explain } from '@user-management/domain/explain';
import { askInPod } from './ask-in-pod.ts';
import type { Cluster } from './cluster.ts';
import { selectorsOf, SERVICE } from './names.ts';
import type { Service } from './objects.ts';
import type { Workload } from './workload.ts';

interface Health {
  readonly status?: string;
  readonly redis?: string;
}

/**
 * Reads the health from the Service through the API server. A NetworkPolicy may block the API server, and
 * kubectl does not show the body of an answer other than 200. In both cases the check asks from inside a pod.
 */
export async function examineHealth(cluster: Cluster): Promise<Finding> {
  const workload = await cluster.workload();
  const service = await findService(cluster, workload);
  if (!service) return failed(`No Service leads to the pods of Deployment ${workload.name}.`, NO_SERVICE);
  const { name } = service.metadata;
  try {
    const target = `http:${name}:${portOf(service)}`;
    const path = `/api/v1/namespaces/${workload.namespace}/services/${target}/proxy/health`;
    return judge(await cluster.kubectl('get', '--raw', path), 'asked through the Service', workload);
  } catch (error) {
    const reason = explain(error);
    if (/no endpoints available|not ?found/i.test(reason)) {
      return failed(reason, `kubectl describe service ${name} --namespace ${workload.namespace}`);
    }
    const body = await askInPod(cluster, workload, 'PORT').catch((inPod: unknown) => {
      throw new Error(`${reason}; inside a pod: ${explain(inPod)}`, { cause: inPod });
    });
    return judge(body, `asked inside a pod; through the Service: ${reason}`, workload);
  }
}

const NO_SERVICE = 'Apply the manifests of this environment again.';

async function findService(cluster: Cluster, { namespace }: Workload): Promise<Service | undefined> {
  for (const selector of selectorsOf(SERVICE)) {
    const [first] = await cluster.list<Service>('services', selector, namespace);
    if (first) return first;
  }
  return undefined;
}

const portOf = ({ spec }: Service): string => spec.ports?.[0]?.name ?? String(spec.ports?.[0]?.port ?? '');

function judge(body: string, how: string, { doctorInside }: Workload): Finding {
  const { status = 'unknown', redis = 'unknown' } = JSON.parse(body) as Health;
  const saw = `The service is ${status}, and Redis is ${redis} (${how}).`;
  return status === 'ok' && redis === 'connected' ? ok(saw) : failed(saw, doctorInside);
}
