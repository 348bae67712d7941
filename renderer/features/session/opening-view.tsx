import { show } from '../../app/route.ts';
import { service } from '../../app/service.ts';
import { useStore } from '../../app/store.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { lab, leaveLab, reopenLab } from './lab-session.ts';

/** Between choosing a lab and its first screen: how far it is, or why it did not open. */
export function OpeningView() {
  const { phase, opening, openError, lab: id } = useStore(lab);
  const { status } = useStore(service);
  const back = () => {
    show('catalogue');
    void leaveLab();
  };
  const unusable = openError?.code === 'session.image-gone';
  if (phase === 'failed' && openError !== null) {
    return (
      <div className="centered" data-testid="open-failed">
        <Notice
          title="The lab could not be opened"
          icon="bang"
          error
          action={
            <div className="row">
              {unusable ? (
                <Button kind="danger" onClick={() => reopenLab({ anew: true })} data-testid="start-anew">
                  Start the lab again
                </Button>
              ) : (
                <Button kind="primary" onClick={() => reopenLab()}>
                  Try again
                </Button>
              )}
              <Button kind="quiet" onClick={back}>
                Back to the catalogue
              </Button>
            </div>
          }
        >
          <p>{openError.message}</p>
          <p className="small">
            {unusable
              ? 'Starting it again makes new hosts; the kept work in this lab is then lost.'
              : 'Your earlier work in this lab is kept.'}{' '}
            ({openError.code})
          </p>
        </Notice>
      </div>
    );
  }
  if (phase === 'none' || id === null) {
    return (
      <div className="centered">
        <Notice
          title="No lab is open"
          icon="host"
          action={
            <Button kind="primary" onClick={() => show('catalogue')}>
              Choose a lab
            </Button>
          }
        >
          Your work in every lab is kept.
        </Notice>
      </div>
    );
  }
  const building = opening?.operation === 'image';
  return (
    <div className="centered" data-testid="opening">
      <div className="opening">
        <h2>{building ? 'Preparing the ESXi host' : 'Starting the hosts'}</h2>
        <p className="muted">
          {building
            ? 'This is done once: the host is installed, booted and kept ready, so that later labs start in a blink.'
            : status.state === 'ready'
              ? 'Hosts are restored as they were left, or from their fresh state.'
              : 'Waiting for the session service.'}
        </p>
        <Progress text={opening?.text ?? 'Opening'} step={opening?.step ?? 0} steps={opening?.steps ?? 0} />
        <Button kind="quiet" onClick={back}>
          Back to the catalogue
        </Button>
      </div>
    </div>
  );
}
