/** A workbench in memory, for specs and for looking at the view without a server. It keeps the rules of the real one. */
import { countedAs, judged, techniquesOf } from '../decisions';
import { applied } from '../operations';
import { type Excerpt, type LinkState, type RemoteChange, type Transport, TransportFailure } from '../transport';
import type {
  AttackBody,
  BulkAction,
  BulkBody,
  EvidenceBody,
  ExplanationBody,
  Operation,
  ReportBody,
  RowsBody,
  RowsQuery,
  SentenceBody,
  SessionBody,
  SplitBody,
  SuggestionBody,
  TechniqueCount,
  UndoneBody
} from '../types';

export interface MemoryWorkbench {
  report: ReportBody;
  attack: AttackBody;
  sentences: SentenceBody[];
}

interface Action {
  name: string;
  before: SentenceBody[];
  after: SentenceBody[];
  ids: number[];
}

const ACTIONS = { add: 'add mapping', remove: 'delete mapping', change: 'change mapping' } as const;

/** What the log calls a decision about a sentence or a technique. */
function decisionName(operation: Operation & { kind: 'decide' | 'judge' }): string {
  const name = operation.disposition ?? 'clear';
  return operation.kind === 'judge' ? `${name} technique` : name;
}

/** A sentence after a bulk action. */
function afterBulk(sentence: SentenceBody, action: BulkAction): SentenceBody {
  if (action.action === 'dismiss-section') {
    const nothing = sentence.mappings.length === 0;
    return nothing
      ? applied(sentence, { kind: 'decide', disposition: 'accept' }, name => name)
      : sentence.mappings.reduce((before, item) => judged(before, item.attack_id, 'reject'), sentence);
  }
  if ('techniques' in action) {
    const disposition = action.action === 'accept-techniques' ? 'accept' : 'reject';
    const waiting = techniquesOf(sentence).filter(item => countedAs(item, sentence) === null);
    return waiting
      .filter(item => action.techniques.includes(item.attack_id))
      .reduce((before, item) => judged(before, item.attack_id, disposition), sentence);
  }
  const disposition = action.action === 'reject' ? 'reject' : action.action === 'clear' ? null : 'accept';
  return applied(sentence, { kind: 'decide', disposition }, name => name);
}

export class MemoryTransport implements Transport {
  link: LinkState = 'live';
  readonly advice = 'Run the cell again to go on.';
  session_: SessionBody = { workbench: 'memory', boot: 'one', position: 0, user: 'ada', may_review: true };
  /** Names of the methods that were asked, in order. */
  readonly asked: string[] = [];
  /** Milliseconds that every answer takes; null: at the next turn. */
  delay: number | null = null;
  /** What the next requests of a method meet instead of an answer. */
  readonly failures = new Map<string, TransportFailure[]>();
  /** Actions that one request turns at most. */
  mostSteps = Infinity;
  sentencesNow: SentenceBody[];
  private readonly answered = new Map<string, unknown>();
  private readonly changeListeners = new Set<(change: RemoteChange) => void>();
  private readonly linkListeners = new Set<(link: LinkState) => void>();
  private undoable: Action[] = [];
  private redoable: Action[] = [];
  private clock = 100;

  constructor(readonly workbench: MemoryWorkbench) {
    this.sentencesNow = workbench.sentences.map(sentence => ({ ...sentence }));
  }

  session = (): Promise<SessionBody> => this.answer('session', () => ({ ...this.session_ }));
  attack = (): Promise<AttackBody> => this.answer('attack', () => this.workbench.attack);
  report = (): Promise<ReportBody> => this.answer('report', () => this.workbench.report);

  rows(query: RowsQuery): Promise<RowsBody> {
    return this.answer('rows', () => {
      const found = this.sentencesNow.filter(sentence => fits(sentence, query));
      if (query.order === 'uncertainty') {
        found.sort((a, b) => doubt(b) - doubt(a));
      }
      return rowsOf(found);
    });
  }

  sentences(ids: readonly number[]): Promise<SentenceBody[]> {
    return this.answer('sentences', () => {
      const wanted = new Set(ids);
      return this.sentencesNow.filter(sentence => wanted.has(sentence.id)).map(sentence => structuredClone(sentence));
    });
  }

  operate(id: number, version: number, operation: Operation, key: string): Promise<SentenceBody> {
    return this.write('operate', key, () => {
      const sentence = this.existing(id, version);
      const after = { ...applied(sentence, operation, this.nameOf), version: ++this.clock };
      const name =
        operation.kind === 'decide' || operation.kind === 'judge' ? decisionName(operation) : ACTIONS[operation.kind];
      this.act(name, [sentence], [after]);
      return structuredClone(after);
    });
  }

  bulk(action: BulkAction, key: string): Promise<BulkBody> {
    return this.write('bulk', key, () => {
      const chosen = this.sentencesNow.filter(sentence => isChosen(sentence, action));
      const after = chosen.map(sentence => ({ ...afterBulk(sentence, action), version: ++this.clock }));
      this.act(action.action, chosen, after);
      return { changed: chosen.length, report: this.workbench.report };
    });
  }

  split(id: number, version: number, at: number, key: string): Promise<SplitBody> {
    return this.write('split', key, () => {
      const old = this.existing(id, version);
      const characters = Array.from(old.text);
      const texts = [characters.slice(0, at).join('').trim(), characters.slice(at).join('').trim()] as const;
      if (!texts[0] || !texts[1]) {
        throw new TransportFailure('invalid', 'Both parts need text.');
      }
      const first = { ...old, text: texts[0], disposition: null, version: ++this.clock };
      const second = { ...first, id: Math.max(...this.sentencesNow.map(item => item.id)) + 1, text: texts[1] };
      this.act('split sentence', [old], [first, second]);
      return { sentences: [first, second] };
    });
  }

  merge(ids: readonly number[], version: number, key: string): Promise<SentenceBody> {
    return this.write('merge', key, () => {
      const parts = this.sentencesNow.filter(sentence => ids.includes(sentence.id));
      const first = this.existing(parts[0]?.id ?? 0, version);
      const mappings = [...new Map(parts.flatMap(part => part.mappings).map(item => [item.attack_id, item])).values()];
      const merged = { ...first, text: parts.map(part => part.text).join(' '), mappings, version: ++this.clock };
      this.act('merge sentences', parts, [merged]);
      return structuredClone(merged);
    });
  }

  extract({ text, attack_id }: Excerpt, key: string): Promise<SentenceBody> {
    return this.write('extract', key, () => {
      const name = this.nameOf(attack_id);
      const id = Math.max(...this.sentencesNow.map(item => item.id)) + 1;
      const old = this.sentencesNow.find(item => item.text.includes(text.trim())) as SentenceBody;
      const bare = { ...old, id, text: text.trim(), mappings: [], rejected_mappings: [], version: ++this.clock };
      const added = applied(bare, { kind: 'add', attack_id, confidence: 100, note: '' }, () => name);
      const made: SentenceBody = { ...added, disposition: 'accept' };
      this.act('extract sentence', [old], [{ ...old, disposition: null, version: ++this.clock }, made]);
      return structuredClone(made);
    });
  }

  undo = (steps: number, key: string): Promise<UndoneBody> =>
    this.write('undo', key, () => this.turnSeveral('undo', steps, this.undoable, this.redoable));
  redo = (steps: number, key: string): Promise<UndoneBody> =>
    this.write('redo', key, () => this.turnSeveral('redo', steps, this.redoable, this.undoable));

  explanation(id: number, attackId: string): Promise<ExplanationBody> {
    return this.answer('explanation', () => {
      const sentence = this.sentencesNow.find(item => item.id === id);
      const words = Array.from((sentence?.text ?? '').matchAll(/\p{L}{5,}/gu)).slice(0, 5);
      return {
        attack_id: attackId,
        model: 'linear, version 3',
        confidence: 61.4,
        words: words.map((match, place) => ({
          start: Array.from((sentence?.text ?? '').slice(0, match.index)).length,
          end: Array.from((sentence?.text ?? '').slice(0, match.index + match[0].length)).length,
          weight: 2.4 / (place + 1)
        })),
        examples: this.withTechnique(attackId)
          .filter(item => item.id !== id)
          .slice(0, 3)
          .map((item, place) => ({ ...this.exampleOf(item), similarity: 0.82 - place / 10 }))
      };
    });
  }

  suggestions(id: number): Promise<SuggestionBody[]> {
    return this.answer('suggestions', () => {
      const { techniques } = this.workbench.attack;
      return [0, 1, 2].flatMap(step => {
        const technique = techniques[(id * 7 + step * 31) % techniques.length];
        return technique ? [{ attack_id: technique.attack_id, name: technique.name, confidence: 34 - 9 * step }] : [];
      });
    });
  }

  counts(): Promise<TechniqueCount[]> {
    return this.answer('counts', () => {
      const found = new Map<string, TechniqueCount>();
      for (const sentence of this.sentencesNow.filter(item => item.disposition !== 'reject')) {
        for (const mapping of sentence.mappings) {
          const { attack_id, name } = mapping;
          const count = found.get(attack_id) ?? { attack_id, name, accepted: 0, proposed: 0, best: null };
          count[countedAs(mapping, sentence) === 'accept' ? 'accepted' : 'proposed']++;
          count.best = Math.max(count.best ?? 0, Number(mapping.confidence));
          found.set(attack_id, count);
        }
      }
      return [...found.values()];
    });
  }

  evidence(attackId: string): Promise<EvidenceBody[]> {
    return this.answer('evidence', () =>
      this.withTechnique(attackId)
        .slice(0, 5)
        .map(item => ({ ...this.exampleOf(item), similarity: null, disposition: item.disposition, confidence: 90 }))
    );
  }

  onChange(listener: (change: RemoteChange) => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  onLink(listener: (link: LinkState) => void): () => void {
    this.linkListeners.add(listener);
    return () => this.linkListeners.delete(listener);
  }

  check(): void {
    this.asked.push('check');
  }

  dispose(): void {
    this.become('ended');
    this.changeListeners.clear();
  }

  become(link: LinkState): void {
    this.link = link;
    this.linkListeners.forEach(listener => listener(link));
  }

  /** What somebody else does. */
  changeAsAnother(id: number, operation: Operation, user = 'bob'): void {
    const sentence = this.sentencesNow.find(item => item.id === id);
    if (sentence) {
      const after = { ...applied(sentence, operation, this.nameOf), version: ++this.clock };
      this.sentencesNow = this.sentencesNow.map(item => (item.id === id ? after : item));
      this.tell({ action: 'change', position: ++this.session_.position, sentences: [id], user });
    }
  }

  tell(change: RemoteChange): void {
    this.changeListeners.forEach(listener => listener(change));
  }

  failNext(method: string, ...failures: TransportFailure[]): void {
    this.failures.set(method, failures);
  }

  private readonly nameOf = (attackId: string): string =>
    this.workbench.attack.techniques.find(item => item.attack_id === attackId)?.name ?? attackId;

  private withTechnique(attackId: string): SentenceBody[] {
    return this.sentencesNow.filter(item => item.mappings.some(mapping => mapping.attack_id === attackId));
  }

  private exampleOf(sentence: SentenceBody): Omit<EvidenceBody, 'similarity' | 'disposition' | 'confidence'> {
    const { report } = this.workbench;
    return { sentence: sentence.id, report: report.id, report_name: report.name, text: sentence.text };
  }

  private existing(id: number, version: number): SentenceBody {
    const sentence = this.sentencesNow.find(item => item.id === id);
    if (!sentence || sentence.version !== version) {
      const current = sentence ? structuredClone(sentence) : null;
      throw new TransportFailure('conflict', 'Somebody changed this since you read it.', current);
    }
    return sentence;
  }

  private act(name: string, before: SentenceBody[], after: SentenceBody[]): void {
    this.replace(before, after);
    const ids = [...new Set([...before, ...after].map(sentence => sentence.id))];
    this.undoable.push({ name, before, after, ids });
    this.redoable = [];
    this.tell({ action: name, position: ++this.session_.position, sentences: ids.length > 200 ? [] : ids, user: 'ada' });
  }

  private turnSeveral(verb: string, steps: number, from: Action[], to: Action[]): UndoneBody {
    const nothing = `There is nothing of yours to ${verb} here.`;
    if (from.length === 0) {
      throw new TransportFailure('conflict', nothing);
    }
    const stopped = from.length < steps ? nothing : null;
    const count = Math.min(steps, from.length, this.mostSteps);
    const turned = Array.from({ length: count }, () => this.turn(from.pop() as Action, to));
    const last = turned[count - 1] as Action;
    const ids = [...new Set([...turned].reverse().flatMap(action => action.ids))];
    return { action: last.name, changed: ids.length, batch: 'b', steps: count, sentences: ids, stopped };
  }

  private turn(action: Action, to: Action[]): Action {
    const fresh = action.before.map(sentence => ({ ...sentence, version: ++this.clock }));
    this.replace(action.after, fresh);
    to.push({ ...action, before: action.after, after: fresh });
    return action;
  }

  private replace(before: readonly SentenceBody[], after: readonly SentenceBody[]): void {
    const place = Math.max(
      0,
      this.sentencesNow.findIndex(item => item.id === before[0]?.id)
    );
    const changed = new Map(after.map(sentence => [sentence.id, sentence]));
    const removed = new Set(before.map(item => item.id).filter(id => !changed.has(id)));
    const there = new Set(this.sentencesNow.map(item => item.id));
    const kept = this.sentencesNow.filter(item => !removed.has(item.id)).map(item => changed.get(item.id) ?? item);
    kept.splice(place + 1, 0, ...after.filter(item => !there.has(item.id)));
    this.sentencesNow = kept;
  }

  private write<Result>(method: string, key: string, act: () => Result): Promise<Result> {
    return this.answer(method, () => {
      if (!this.answered.has(key)) {
        this.answered.set(key, act());
      }
      return this.answered.get(key) as Result;
    });
  }

  private async answer<Result>(method: string, act: () => Result): Promise<Result> {
    this.asked.push(method);
    await (this.delay === null ? null : new Promise(resolve => setTimeout(resolve, this.delay ?? 0)));
    const failure = this.failures.get(method)?.shift();
    if (failure) {
      throw failure;
    }
    if (this.link === 'lost' || this.link === 'ended') {
      throw new TransportFailure('offline', 'Nobody answers.');
    }
    return act();
  }
}

export function rowsOf(sentences: readonly SentenceBody[]): RowsBody {
  return {
    ids: sentences.map(sentence => sentence.id),
    states: sentences.map(item => (item.disposition === null ? '.' : item.disposition[0])).join(''),
    least: sentences.map(item =>
      item.mappings.length > 0 ? Math.min(...item.mappings.map(mapping => Number(mapping.confidence))) : null
    )
  };
}

function doubt(sentence: SentenceBody): number {
  return Math.max(0, ...sentence.mappings.map(mapping => 50 - Math.abs(50 - Number(mapping.confidence))));
}

function fits(sentence: SentenceBody, { filter }: RowsQuery): boolean {
  const { disposition, technique, least, most, text } = filter;
  return (
    (disposition === null || (disposition === 'none' ? sentence.disposition === null : sentence.disposition === disposition)) &&
    (technique === null || sentence.mappings.some(item => item.attack_id === technique)) &&
    ((least === null && most === null) ||
      sentence.mappings.some(item => Number(item.confidence) >= (least ?? 0) && Number(item.confidence) <= (most ?? 100))) &&
    sentence.text.toLowerCase().includes(text.toLowerCase())
  );
}

function isChosen(sentence: SentenceBody, action: BulkAction): boolean {
  switch (action.action) {
    case 'accept-above':
      return (
        sentence.disposition === null &&
        sentence.mappings.length > 0 &&
        sentence.mappings.every(item => Number(item.confidence) >= action.confidence)
      );
    case 'accept-unmapped':
      return sentence.disposition === null && sentence.mappings.length === 0;
    case 'accept-techniques':
    case 'reject-techniques':
      return sentence.mappings.some(item => action.techniques.includes(item.attack_id) && countedAs(item, sentence) === null);
    default:
      return action.sentences.includes(sentence.id);
  }
}
