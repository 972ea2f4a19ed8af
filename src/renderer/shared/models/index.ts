export { default as ExportMenu } from './ExportMenu.vue'
export { default as HeatMap } from './HeatMap.vue'
export { default as TryPanel } from './TryPanel.vue'
export { usePredictions } from './use-predictions'
