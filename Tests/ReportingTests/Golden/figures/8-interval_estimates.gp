$bars0 << EOD
-0.175 62.39653880237214 58.05039994003916 66.74267766470511
0.825 62.87943518846275 59.53974714522029 66.21912323170521
EOD
$bars1 << EOD
0.175 57.81715280086437 57.6800206047929 57.95428499693584
1.175 57.31628194858894 55.25311560910873 59.37944828806914
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Final validation accuracy (%), mean and 95 % interval, n = 2 to 3' at screen 0.5,0.948 center font ',13' textcolor rgb '#222222'
set label 2 'bar: 95 % interval of the mean (Student''s t, n − 1); unfinished: 10 of 12 trainings are done' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'learning rate' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'validation accuracy (%), 95 % interval' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set xrange [-0.6:1.6]
set xtics ('0.0005' 0, '0.001' 1)
set yrange [54:68]
set ytics ('54' 54, '56' 56, '58' 58, '60' 60, '62' 62, '64' 64, '66' 66, '68' 68)
plot $bars0 with yerrorbars lw 2 pt 7 ps 1 lc rgb '#1f77b4' title 'BN (n = 2 to 3)', \
    $bars1 with yerrorbars lw 2 pt 5 ps 1 lc rgb '#ff7f0e' title 'LN (n = 2 to 3)'
