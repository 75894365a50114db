import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { messages } from '../lib/messages/messages.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import classes from './frame.module.css';
import { modifierName } from './frame-keys.ts';
import { Logo } from './Logo.tsx';
import { preload } from './load-place.ts';
import { showOverlay } from './overlays.ts';
import { type Place, places } from './places.ts';

const m = messages.frame;
const iconSize = 22;
const stroke = 1.6;

interface RailLinkProps {
  readonly label: string;
  readonly path: string;
  readonly isPinned: boolean;
  readonly icon: ReactNode;
  readonly onApproach?: () => void;
}

function RailLink({ label, path, isPinned, icon, onApproach }: RailLinkProps) {
  const { pathname } = useLocation();
  const isHere = path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`);
  return (
    <Tooltip label={label} position="right" disabled={isPinned} openDelay={80}>
      <Link
        to={path}
        className={`${classes.item} ${isHere ? classes.active : ''}`}
        aria-current={isHere ? 'page' : undefined}
        aria-label={isPinned ? undefined : label}
        onPointerEnter={onApproach}
        onFocus={onApproach}
      >
        {icon}
        {isPinned && label}
      </Link>
    </Tooltip>
  );
}

/** The places in the order of the loop; labels on hover, or always when pinned. */
export function Rail() {
  const { isRailPinned: isPinned } = usePreferences();
  const link = (place: Place) => (
    <RailLink
      key={place.id}
      label={place.label}
      path={place.path}
      isPinned={isPinned}
      icon={<place.icon size={iconSize} stroke={stroke} aria-hidden />}
      onApproach={() => preload(place.routes)}
    />
  );
  const PinIcon = isPinned ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;
  const pinLabel = isPinned ? m.unpin : m.pin;
  return (
    <nav className={classes.rail} aria-label={m.rail}>
      <RailLink label={m.start} path="/" isPinned={isPinned} icon={<Logo size={iconSize} />} />
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
