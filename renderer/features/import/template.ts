/** The example file that shows which columns an import understands. */

/** As text to look at and to copy. */
export const templateText = [
  'name,address,type,branch,region,snmp_community,tags,isp_link',
  'Kvareli router,192.0.2.5,router,Kvareli,Kakheti,example,core,yes',
  'Kvareli paybox,192.0.2.31,paybox,Kvareli,Kakheti,,street vip,',
].join('\r\n');

/** As a file: begins with a byte order mark, because without one spreadsheets garble Georgian names. */
export function templateFile(): File {
  return new File(['\uFEFF', templateText, '\r\n'], 'ward-devices.csv', { type: 'text/csv' });
}
