export { default as FeatureMapPanel } from './FeatureMapPanel.vue'
