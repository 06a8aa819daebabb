import { lazy, Suspense, useRef } from 'react';
import type { PanelProps } from './full-panel';
import { painted, StandIn } from './stand-in';

const FullPanel = lazy(async () => {
  await painted;
  return { default: (await import('./full-panel')).FullPanel };
});

// Panel is a button, and what it opens beside it.
export function Panel(props: PanelProps) {
  const focused = useRef(false);
  const pressed = useRef(false);
  return (
    <Suspense
      fallback={
        <StandIn look={props.look} label={props.label} focused={focused} pressed={pressed}>
          {props.sign}
        </StandIn>
      }
    >
      <FullPanel {...props} focused={focused} pressed={pressed} />
    </Suspense>
  );
}
