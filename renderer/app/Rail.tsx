import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { messages } from '../lib/messages/messages.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import classes from './frame.module.css';
import { modifierName } from './frame-keys.ts';
import { Logo } from './Logo.tsx';
import { showOverlay } from './overlays.ts';
import { type Place, places } from './places.ts';

const m = messages.frame;
const iconSize = 22;
const stroke = 1.6;

interface RailLinkProps {
  readonly place: Place;
  readonly isPinned: boolean;
}

function RailLink({ place, isPinned }: RailLinkProps) {
  const preload = () => {
    for (const route of place.routes) void route.load();
  };
  return (
    <Tooltip label={place.label} position="right" disabled={isPinned} openDelay={80}>
      <NavLink
        to={place.path}
        className={({ isActive }) => `${classes.item} ${isActive ? classes.active : ''}`}
        aria-label={isPinned ? undefined : place.label}
        onPointerEnter={preload}
        onFocus={preload}
      >
        <place.icon size={iconSize} stroke={stroke} aria-hidden />
        {isPinned && place.label}
      </NavLink>
    </Tooltip>
  );
}

/** The places in the order of the loop; labels on hover, or always when pinned. */
export function Rail() {
  const { isRailPinned: isPinned } = usePreferences();
  const link = (place: Place) => <RailLink key={place.id} place={place} isPinned={isPinned} />;
  const PinIcon = isPinned ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;
  const pinLabel = isPinned ? m.unpin : m.pin;
  return (
    <nav className={classes.rail} aria-label={m.rail}>
      <Tooltip label={m.start} position="right" disabled={isPinned} openDelay={80}>
        <NavLink
          to="/"
          end
          className={({ isActive }) => `${classes.item} ${isActive ? classes.active : ''}`}
          aria-label={isPinned ? undefined : m.start}
        >
          <Logo size={iconSize} />
          {isPinned && m.start}
        </NavLink>
      </Tooltip>
      <Tooltip label={`${m.search} (${modifierName} K)`} position="right" openDelay={80}>
        <button
          type="button"
          className={classes.item}
          aria-label={isPinned ? undefined : m.search}
          onClick={() => showOverlay('palette')}
        >
          <IconSearch size={iconSize} stroke={stroke} aria-hidden />
          {isPinned && m.search}
        </button>
      </Tooltip>
      {places.filter((place) => place.group === 'loop').map(link)}
      <div className={classes.spacer} />
      {places.filter((place) => place.group === 'about').map(link)}
      <Tooltip label={pinLabel} position="right" disabled={isPinned} openDelay={80}>
        <button
          type="button"
          className={classes.item}
          aria-label={isPinned ? undefined : pinLabel}
          onClick={() => setPreferences({ isRailPinned: !isPinned })}
        >
          <PinIcon size={iconSize} stroke={stroke} aria-hidden />
          {isPinned && pinLabel}
        </button>
      </Tooltip>
    </nav>
  );
}
