/** Subscriptions: views subscribe to a sentence or to a part of the store, and render again when it changes. */
import { useCallback, useSyncExternalStore } from 'react';

export type Listener = () => void;

export class Topics<Topic> {
  private readonly listeners = new Map<Topic, Set<Listener>>();
  private readonly revisions = new Map<Topic, number>();

  subscribe(topic: Topic, listener: Listener): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(topic) === set) {
        this.listeners.delete(topic);
      }
    };
  }

  /** The number of changes of a topic. */
  revision(topic: Topic): number {
    return this.revisions.get(topic) ?? 0;
  }

  tell(...topics: readonly Topic[]): void {
    for (const topic of topics) {
      this.revisions.set(topic, this.revision(topic) + 1);
      this.listeners.get(topic)?.forEach(listener => listener());
    }
  }

  /** Iterate over all topics with subscribers. */
  eachTopic(visit: (topic: Topic) => void): void {
    [...this.listeners.keys()].forEach(visit);
  }
}

/** Render the component again whenever a topic changes. */
export function useTopic<Topic>(topics: Topics<Topic>, topic: Topic): number {
  const subscribe = useCallback((listener: Listener) => topics.subscribe(topic, listener), [topics, topic]);
  const revision = useCallback(() => topics.revision(topic), [topics, topic]);
  return useSyncExternalStore(subscribe, revision, revision);
}
