import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';

import { list, press, show, usePage } from './testing/page';

usePage();

/** Contrast cannot be seen without layout; the browser test looks at that. */
async function serious(host: HTMLElement): Promise<string[]> {
  const found = await axe.run(host, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } });
  return found.violations
    .filter(item => item.impact === 'serious' || item.impact === 'critical')
    .map(item => `${item.id}: ${item.nodes[0]?.html}`);
}

describe('accessibility', () => {
  it.each(['b', '?', 's', 'e', 'v', 'l'])('has no serious violation after %s', async key => {
    const { host } = await show();
    press(list(host), 'j');
    press(list(host), key, { shiftKey: key === '?' });
    await vi.waitFor(() => expect(host.textContent).not.toContain('Reading the'));
    expect(await serious(host)).toEqual([]);
  });

  it('would be seen to be violated', async () => {
    const { host } = await show();
    host.querySelector('.tram-Toolbar select')?.removeAttribute('aria-label');
    expect(await serious(host)).toHaveLength(1);
  });
});
