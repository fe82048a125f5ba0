/** A page with nothing but the annotator, over a workbench in memory: to look at, and to measure. */
import '../../../style/annotator.css';
import { keepKeys } from '../../anywidget/keyboard';
import { mountAnnotator } from '../mount';
import { MemoryTransport, type MemoryWorkbench } from './memoryTransport';

declare global {
  interface Window {
    /** Lent by `data.js` beside the page. */
    tramWorkbench: MemoryWorkbench;
    tramTransport: MemoryTransport;
    tramStart: () => void;
  }
}

window.tramStart = () => {
  const host = document.getElementById('host') as HTMLElement;
  window.tramTransport = new MemoryTransport(window.tramWorkbench);
  window.tramTransport.delay = Number(new URLSearchParams(location.search).get('delay') ?? 5);
  keepKeys(host);
  mountAnnotator(host, window.tramTransport, { storage: localStorage, autoFocus: true });
};
window.tramStart();
