/** The names in the manifests. An import of those would add cdk8s to the image. A test compares the two. */
export const SERVICE = 'user-management';
export const REDIS = 'redis';

/** Labels for finding objects, the most precise first. Handwritten manifests often have only `app`. */
export const selectorsOf = (name: string): readonly string[] => [
  `app.kubernetes.io/name=${name}`,
  `app=${name}`,
];

/** Every object of this project's manifests has this label. */
export const PART_OF = { label: 'app.kubernetes.io/part-of', value: SERVICE } as const;
