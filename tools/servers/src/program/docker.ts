import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers';

/** Whether a Docker daemon answers, and has the image or can pull it. */
export async function dockerHasImage(image: string): Promise<boolean> {
  const docker = await findDocker();
  return docker !== undefined && (await hasImage(docker, ImageName.fromString(image)));
}

async function findDocker(): Promise<ContainerRuntimeClient | undefined> {
  try {
    return await getContainerRuntimeClient();
  } catch {
    return undefined;
  }
}

async function hasImage(docker: ContainerRuntimeClient, image: ImageName): Promise<boolean> {
  if (await docker.image.exists(image)) return true;
  try {
    await docker.image.pull(image);
    return true;
  } catch {
    process.stderr.write(`Docker answers, but has no image ${image.string} and cannot pull it.\n`);
    return false;
  }
}
