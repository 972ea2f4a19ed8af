export { default as LookErrorPanel } from './LookErrorPanel.vue'
export { default as FeatureMapPanel } from './FeatureMapPanel.vue'
