export { default as CameraView } from './CameraView.vue'
