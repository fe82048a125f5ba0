/** The ids of the commands, for menus, shortcuts and other extensions. */

export const CommandIDs = {
  openNotebook: 'tram:open-notebook',
  showStatus: 'tram:show-status'
} as const;
