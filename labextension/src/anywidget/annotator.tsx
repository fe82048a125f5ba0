/** The annotator below a notebook's cell. */
import '../../style/annotator.css';
import { mountAnnotator } from '../annotator/mount';
import type { Snapshot } from '../annotator/transport';
import { browserStorage } from './browserStorage';
import { CommChannel, type CommModel, commTransport } from './commTransport';
import { keepKeys } from './keyboard';

const LEAST_HEIGHT = 320;

function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === 'object' && value !== null && 'report' in value && 'rows' in value && 'sentences' in value;
}

function render({ model, el }: { model: CommModel; el: HTMLElement }): () => void {
  el.classList.add('tram-AnnotatorHost');
  const resize = (): void => {
    const height = Number(model.get('height'));
    el.style.setProperty('--tram-height', `${Math.max(LEAST_HEIGHT, Number.isFinite(height) ? height : 0)}px`);
  };
  resize();
  model.on('change:height', resize);
  const release = keepKeys(el);
  const snapshot = model.get('snapshot');
  const mounted = mountAnnotator(el, commTransport(new CommChannel(model)), {
    storage: browserStorage(),
    snapshot: isSnapshot(snapshot) ? snapshot : null
  });
  return () => {
    model.off('change:height', resize);
    release();
    mounted.dispose();
  };
}

export default { render };
