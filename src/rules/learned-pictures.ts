import type { Text } from '../contract/text'

/** What most trained networks of others learned from, the one that comes with Graft too. */
export const imageNetPictures: Text = { en: 'ImageNet-1k: 1.28 million photographs of things and animals', zh: 'ImageNet-1k：128 万张物体与动物照片' }
