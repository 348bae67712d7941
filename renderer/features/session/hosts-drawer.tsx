import { useStore } from '../../app/store.ts';
import { stateWords } from '../../app/text.ts';
import { lab, setLink } from './lab-session.ts';
import { StateDot } from './machine-bar.tsx';

/** What each host is made of, and its cables. */
export function HostsDrawer() {
  const { view } = useStore(lab);
  if (view === null) return null;
  return (
    <div className="hosts-drawer" data-testid="hosts-info">
      <table>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Image</th>
            <th scope="col">Memory</th>
            <th scope="col">NIC</th>
            <th scope="col">MAC address</th>
            <th scope="col">Network</th>
            <th scope="col">Cable</th>
          </tr>
        </thead>
        <tbody>
          {view.hosts.map((host) => {
            const nics = host.nics.length > 0 ? host.nics : [null];
            return nics.map((nic, index) => (
              <tr key={`${host.name}/${nic?.name ?? ''}`}>
                {index === 0 && (
                  <>
                    <th scope="rowgroup" rowSpan={nics.length}>
                      {host.name}
                    </th>
                    <td rowSpan={nics.length}>
                      <StateDot state={host.state} /> {stateWords[host.state]}
                    </td>
                    <td rowSpan={nics.length}>{host.image}</td>
                    <td rowSpan={nics.length}>{host.memoryMiB} MiB</td>
                  </>
                )}
                {nic === null ? (
                  <td colSpan={4} className="muted">
                    none
                  </td>
                ) : (
                  <>
                    <td>{nic.name}</td>
                    <td>
                      <code>{nic.mac}</code>
                    </td>
                    <td>{nic.network}</td>
                    <td>
                      <label className="check-label">
                        <input
                          type="checkbox"
                          checked={nic.up}
                          onChange={(event) => void setLink(host.name, nic.name, event.target.checked)}
                        />
                        {nic.up ? 'plugged in' : 'pulled out'}
                      </label>
                    </td>
                  </>
                )}
              </tr>
            ));
          })}
        </tbody>
      </table>
    </div>
  );
}
