import { routesOf } from '../api/route.ts';
import { publicApi } from '../routes/index.ts';

export const api = publicApi('1.2.3');
export const routes = routesOf(api);
