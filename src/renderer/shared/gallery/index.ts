/** Pictures of a data set in rows, and one of them large: for the screens that show what a class, a bar or a cell stands for. */
export { default as ImageGrid } from './ImageGrid.vue'
export { default as ImageViewer } from './ImageViewer.vue'
export { usePictureFile } from './use-picture-file'
