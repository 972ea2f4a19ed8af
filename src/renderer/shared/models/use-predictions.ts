import type { ModelRef } from '../../../contract/models'
import { mostPictures, type PictureWanted, type Predictions } from '../../../contract/predictions'
import { api } from '../api'
import { useAsking, type Asking } from './use-asking'

/** Asking one saved model about picture files, or pictures of a data set, at most `mostPictures`. Another model forgets the answers of the last. */
export const usePredictions = (model: () => ModelRef): Asking<readonly PictureWanted[], Predictions> =>
  useAsking(model, (images) => api.models.predict({ ref: model(), images: images.slice(0, mostPictures) }), (job) => api.models.prediction(job))
