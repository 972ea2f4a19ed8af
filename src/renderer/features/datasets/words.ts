import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Dataset } from '../../../contract/datasets'
import { useFormat } from '../../shared/format'
import { imagesOf } from './counts'

interface DatasetWords {
  /** `6 000 images` */
  images(dataset: Dataset): string
  /** `10 classes`, or that there are no labels. */
  classes(dataset: Dataset): string
  /** `32 × 32, colour` */
  shape(dataset: Dataset): string
}

/** A data set's facts in words, in the current language. */
export function useDatasetWords(): ComputedRef<DatasetWords> {
  const { t } = useI18n()
  const format = useFormat()
  return computed(() => ({
    images: (dataset) => t('common.images', { count: format.value.count(imagesOf(dataset)) }, imagesOf(dataset)),
    classes: ({ classes }) => classes.length === 0
      ? t('datasets.unlabelled') : t('common.classes', { count: format.value.count(classes.length) }, classes.length),
    shape: ({ shape: [height, width, channels] }) =>
      t('datasets.shape', { height, width, channels: t(channels === 1 ? 'datasets.grey' : 'datasets.colour') })
  }))
}
