/** The ids of the commands, for menus, shortcuts and other extensions. */

export const CommandIDs = {
  showStatus: 'tram:show-status'
} as const;
