/** Moving the focus to where a command wants it, at once or as soon as it is there. */
import { useLayoutEffect, useRef, type RefObject } from 'react';

import type { Controller, FocusTarget } from './controller';
import { useTopic } from './topics';

/** Let the focus go to an element when a command asks for it. */
export function useFocusTarget<Target extends HTMLElement>(
  controller: Controller,
  target: FocusTarget
): RefObject<Target> {
  const ref = useRef<Target>(null);
  useTopic(controller.topics, 'focus');
  // After each drawing, and before anybody can type: what is wanted may have come into being only now.
  useLayoutEffect(() => {
    controller.offer(target, ref.current);
  });
  useLayoutEffect(() => () => controller.offer(target, null), [controller, target]);
  return ref;
}

/** Give the focus back to the list when an element that holds it goes away, unless it is to go elsewhere. */
export function useFocusReturn(controller: Controller, ref: RefObject<HTMLElement>): void {
  useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      if (element?.contains(document.activeElement) && !controller.awaitsFocus) {
        controller.focusOn('list');
      }
    };
  }, [controller, ref]);
}
