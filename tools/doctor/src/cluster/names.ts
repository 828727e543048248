/** As the manifests have them; importing those would bring cdk8s into the image. A test compares the two. */
export const SERVICE = 'user-management';
export const REDIS = 'redis';

/** Labels by which objects are found, the most precise first. Handwritten manifests often have `app` only. */
export const selectorsOf = (name: string): readonly string[] => [
  `app.kubernetes.io/name=${name}`,
  `app=${name}`,
];

/** Manifests of this project say so on every object. */
export const PART_OF = { label: 'app.kubernetes.io/part-of', value: SERVICE } as const;
