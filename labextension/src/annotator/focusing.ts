/** Focus targets of commands, focused at once or when they are rendered. */
import { type RefObject, useLayoutEffect, useRef } from 'react';

import type { Controller, FocusTarget } from './controller';
import { useTopic } from './topics';

/** Register an element as the focus target of a command. */
export function useFocusTarget<Target extends HTMLElement>(controller: Controller, target: FocusTarget): RefObject<Target> {
  const ref = useRef<Target>(null);
  useTopic(controller.topics, 'focus');
  // After each drawing, and before anybody can type: what is wanted may have come into being only now.
  useLayoutEffect(() => {
    controller.offer(target, ref.current);
  });
  useLayoutEffect(() => () => controller.offer(target, null), [controller, target]);
  return ref;
}

/**
 * Give the focus to the list when the element that holds it is taken away, whatever took it: the next key is for the
 * annotator, and must not fall through to what is around it.
 */
export function useFocusKept(controller: Controller, root: RefObject<HTMLElement>): void {
  useLayoutEffect(() => {
    const element = root.current;
    let holder: Element | null = null;
    const came = (event: FocusEvent): void => {
      holder = event.target instanceof Element ? event.target : null;
    };
    const went = (): void => {
      const left = holder;
      // Some browsers say that the focus goes where its element is just being taken away, too: see what is left then.
      queueMicrotask(() => {
        if (holder === left && left?.isConnected) {
          holder = null;
        }
      });
    };
    const observer = new MutationObserver(() => {
      if (holder && !holder.isConnected) {
        holder = null;
        const nowhere = document.activeElement === null || document.activeElement === document.body;
        if (nowhere && !controller.awaitsFocus) {
          controller.focusOn('list');
        }
      }
    });
    element?.addEventListener('focus', came, true);
    element?.addEventListener('blur', went, true);
    if (element) {
      observer.observe(element, { childList: true, subtree: true });
    }
    return () => {
      observer.disconnect();
      element?.removeEventListener('focus', came, true);
      element?.removeEventListener('blur', went, true);
    };
  }, [controller, root]);
}
