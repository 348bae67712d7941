import { Fragment, useEffect, useRef, useState } from 'react';
import { Group, Panel, type PanelImperativeHandle, Separator } from 'react-resizable-panels';
import { useActions } from '../../app/actions.ts';
import { recall, remember } from '../../app/memory.ts';
import { show } from '../../app/route.ts';
import { settings } from '../../app/settings.ts';
import { useStore } from '../../app/store.ts';
import { IconButton } from '../../components/button.tsx';
import { Banner } from '../../components/notice.tsx';
import { revealResult } from '../results/results.tsx';
import { Drawer, type DrawerTab } from './drawer.tsx';
import { focusShown } from './focus-shown.ts';
import { Instructions } from './instructions.tsx';
import { labActions } from './lab-actions.ts';
import { check, dismissFailure, dismissProblem, lab } from './lab-session.ts';
import { MachineBar } from './machine-bar.tsx';
import { OpeningView } from './opening-view.tsx';
import { MachinePane } from './pane.tsx';
import { panes, startPanes } from './panes.ts';
import { StatusBar } from './status-bar.tsx';

/** The lab: instructions left, machines right, drawer below them; each can be folded and keeps its size. */
export function LabView() {
  const { view, phase } = useStore(lab);
  const session = view?.session;
  const [ready, setReady] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a session, not at every change of the view
  useEffect(() => {
    if (view === null || session === undefined) return setReady(null);
    startPanes(view.lab ?? '', view.hosts);
    setReady(session);
  }, [session]);
  if (phase !== 'open' || view === null || ready !== session) return <OpeningView />;
  return <OpenLab key={session} />;
}

function OpenLab() {
  const { panes: shown } = useStore(panes);
  const [drawerTab, chooseDrawerTab] = useState(() => recall<DrawerTab>('drawer-tab', 'results'));
  const setDrawerTab = (tab: DrawerTab) => {
    chooseDrawerTab(tab);
    remember('drawer-tab', tab);
  };
  const left = useFold('left', true);
  const drawer = useFold('drawer', false);

  // A lab begins in its terminal, but for a screen reader with the instructions.
  useEffect(() => {
    if (settings.get().screenReader) document.querySelector<HTMLElement>('[data-region="instructions"]')?.focus();
    else focusShown();
  }, []);

  const runCheck = async (tasks: string[] | null) => {
    setDrawerTab('results');
    const report = await check(tasks);
    if (report === null) return;
    drawer.unfold();
    revealResult(tasks?.[0] ?? report.tasks.find((task) => task.outcome !== 'pass')?.id ?? null);
  };
  const checkSelected = () => {
    const { selected } = lab.get();
    void runCheck(selected === 'intro' ? null : [selected]);
  };
  const showResults = (task: string) => {
    setDrawerTab('results');
    drawer.unfold();
    requestAnimationFrame(() => revealResult(task));
  };

  useActions(() =>
    labActions({
      check: checkSelected,
      checkAll: () => void runCheck(null),
      toggleDrawer: drawer.toggle,
      toggleInstructions: left.toggle,
      showDrawer: (tab) => {
        setDrawerTab(tab);
        drawer.unfold();
      },
    }),
  );

  return (
    <div className="lab-view" data-testid="lab-view">
      <Troubles />
      <Group
        orientation="horizontal"
        className="lab-group"
        id="lab"
        defaultLayout={recall('layout.lab', undefined)}
        onLayoutChanged={(layout, meta) => meta.isUserInteraction && remember('layout.lab', layout)}
      >
        <Panel
          id="left"
          defaultSize={recall('fold.left', true) ? 380 : 0}
          minSize={280}
          maxSize="60%"
          collapsible
          groupResizeBehavior="preserve-pixel-size"
          {...left.props}
        >
          <Instructions
            onCheck={checkSelected}
            onCheckAll={() => void runCheck(null)}
            onShowResults={showResults}
            onFold={left.toggle}
          />
        </Panel>
        <Separator className="separator vertical" />
        <Panel id="right" minSize={400} className="right-panel">
          {!left.open && (
            <IconButton className="unfold-left" label="Show the instructions" icon="panel-left" onClick={left.toggle} />
          )}
          <Group
            orientation="vertical"
            id="right-group"
            defaultLayout={recall('layout.right', undefined)}
            onLayoutChanged={(layout, meta) => meta.isUserInteraction && remember('layout.right', layout)}
          >
            <Panel id="machines" minSize={160}>
              <div className={`machines ${left.open ? '' : 'beside-fold'}`}>
                <MachineBar onShowDrawer={drawer.toggle} drawerOpen={drawer.open} />
                <div className="panes">
                  <Group orientation="horizontal" id="panes">
                    {(['left', 'right'] as const).slice(0, shown.length).map((side, index) => (
                      <Fragment key={side}>
                        {index > 0 && <Separator className="separator vertical" />}
                        <Panel id={`pane-${side}`} minSize={260}>
                          <MachinePane index={index} />
                        </Panel>
                      </Fragment>
                    ))}
                  </Group>
                </div>
              </div>
            </Panel>
            <Separator className="separator horizontal" />
            <Panel
              id="drawer"
              defaultSize={recall('fold.drawer', false) ? 240 : 0}
              minSize={120}
              maxSize="75%"
              collapsible
              groupResizeBehavior="preserve-pixel-size"
              {...drawer.props}
            >
              <Drawer tab={drawerTab} open={drawer.open} onTab={setDrawerTab} onFold={drawer.toggle} />
            </Panel>
          </Group>
        </Panel>
      </Group>
      <StatusBar />
    </div>
  );
}

/** A panel that can be folded away, and remembers it. */
function useFold(name: string, usual: boolean) {
  const panel = useRef<PanelImperativeHandle>(null);
  const [open, setOpen] = useState(recall(`fold.${name}`, usual));
  const unfold = () => {
    if (!panel.current?.isCollapsed()) return;
    panel.current.expand();
    // A panel that started folded has no size to go back to.
    if (panel.current.getSize().inPixels < 100) panel.current.resize(name === 'left' ? 380 : 240);
  };
  const toggle = () => {
    if (panel.current?.isCollapsed()) unfold();
    else panel.current?.collapse();
  };
  const onResize = ({ inPixels }: { inPixels: number }) => {
    const now = inPixels > 0;
    if (now === open) return;
    setOpen(now);
    remember(`fold.${name}`, now);
  };
  return { open, toggle, unfold, props: { panelRef: panel, onResize } };
}

/** What went wrong, above everything, until it is dismissed. */
function Troubles() {
  const { failure, problems } = useStore(lab);
  if (failure === null && problems.length === 0) return null;
  return (
    <div className="troubles">
      {failure !== null && (
        <Banner kind="bad" action={<IconButton label="Dismiss" icon="cross" onClick={dismissFailure} />}>
          {failure}
        </Banner>
      )}
      {problems.map((problem) => (
        <Banner
          key={problem.host}
          kind="warn"
          action={<IconButton label="Dismiss" icon="cross" onClick={() => dismissProblem(problem)} />}
        >
          {problem.host === '' ? problem.message : `${problem.host}: ${problem.message}`}
        </Banner>
      ))}
    </div>
  );
}

export function goToLab(): void {
  show('lab');
}
