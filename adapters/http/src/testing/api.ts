import { routesOf } from '../api/route.ts';
import { internalApi, publicApi } from '../routes/index.ts';

export const api = publicApi('1.2.3');
export const routes = routesOf(api);
export const internal = internalApi('1.2.3', true);
export const internalRoutes = routesOf(internal);
